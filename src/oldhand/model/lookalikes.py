"""Letters that look like Latin ones: part of the rules of values (oldhand.model.value)."""

# Letters that look like Latin ones, after the confusables of Unicode Technical Standard #39
# (unicode.org/Public/security/latest/confusables.txt): those of the scripts that people write beside Latin. No two
# letters of one script in one of these lines become the same, so texts in that script stay told apart. Digits are
# left alone, against the standard: O is not 0 here.
_SMALL = (
    ("аеорсухіјѕԁһԛԝӏѵгк", "aeopcyxijsdhqwlvrk"),  # Cyrillic
    ("αορνιγυκϳ", "aopviyukj"),  # Greek
    ("օոսհցզ", "onuhgq"),  # Armenian
    ("ıɡɑɩ", "igai"),  # Latin letters outside of the alphabet
    ("ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘꞯʀꜱᴛᴜᴠᴡʏᴢ", "abcdefghijklmnopqrstuvwyz"),  # Latin small capitals
    ("łøđħŧƀɨɫ", "lodhtbil"),  # Latin letters with a stroke, which is no mark of its own in Unicode
)
_CAPITAL = (
    ("АВЕКМНОРСТУХІЈЅԌӀѴԚԜҮ", "ABEKMHOPCTYXIJSGIVQWY"),  # Cyrillic
    ("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "ABEZHIKMNOPTYX"),  # Greek
)
LIKE_SMALL = {ord(one): like for letters, latin in _SMALL for one, like in zip(letters, latin, strict=True)}
LIKE_ANY = LIKE_SMALL | {
    ord(one): like for letters, latin in _CAPITAL for one, like in zip(letters, latin, strict=True)
}
