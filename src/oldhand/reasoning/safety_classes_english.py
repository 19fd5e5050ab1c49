"""Classes of English words of which the grammars for signs of bias are made (`safety_grammar`)."""

CLASSES = {
    "WE": "we i",
    "BE": "is 's are was were be been am being",
    "HAVE": "have has had having 've",
    "ONLY": "only just merely simply basically essentially really mostly hardly literally",
    "NUMBER": "# one two three four five six seven eight nine ten eleven twelve fifteen twenty thirty forty fifty"
    " hundred thousand half",
    "FIGURE": "# two three four five six seven eight nine ten eleven twelve fifteen twenty thirty forty fifty"
    " hundred thousand week month day hour year half",
    "FEW": "a an one two half half_a half_an couple couple_of few a_few some 1 2 3 three single another",
    "SPAN": "minute* hour* day* afternoon* evening* morning* night* weekend* lunch*",
    "EFFORT": "hour* day* week* month* quarter* year* sprint* money time effort* work energy budget* resources hours"
    " manpower dollars thousands million* fortune nights weekends nerves sweat blood",
    "SPENT": "invested spent sunk sank poured paid burned burnt wasted devoted dedicated",
    "BUILT": "built bought written paid_for trained licensed hired ported migrated rewritten learned learnt",
    "INTO": "in into on",
    "STOPPING": "stopping quitting abandoning killing dropping discarding scrapping switching cancelling canceling"
    " retiring shelving ditching leaving reverting backing turning giving throwing changing",
    "STOP": "stop quit abandon kill drop discard scrap switch cancel retire shelve ditch leave lose waste revert"
    " bail turn_back go_back give_up throw back_out throw_away walk_away",
    "WASTE": "waste wasted pointless nothing vain useless worthless drain thrown_away meaningless",
    "PITY": "shame pity silly stupid foolish crazy sad painful hurt* hate* dumb insane waste",
    "FAIL": "fail* break* broke* crash* go_wrong goes_wrong go_down goes_down fall_over falls_over overflow* run_out"
    " runs_out blow_up blows_up fill_up fills_up lose_data affect* hurt* bite* go_bad",
    "SURELY": "definitely certainly surely undoubtedly absolutely guaranteed bound certain unquestionably"
    " indisputably for_sure",
    "OBVIOUSLY": "obviously clearly evidently plainly simply undoubtedly definitely certainly undeniably absolutely"
    " hands_down",
    "BEST": "right best superior correct winner safe secure",
    "SUCCEED": "work works solve solves fix fixes scale scales succeed succeeds win wins pay pays improve increase"
    " reduce boost help* hold holds"
    " be_fine be_ok be_great",
    "CHOOSE": "use choose pick take go adopt switch move migrate rewrite buy build replace drop keep grab",
    "TAKE": "take takes taking pick picks picking choose choosing use using go_with going_with grab grabbing adopt"
    " adopting accept accepting run_with",
    "BAD": "crash* fail* broke* down dark outage* incident* breach* hacked hit burn* burned bit died leak* lost blew"
    " exploded wiped corrupted deleted attack* compromised skimmed stolen phished fire disaster stung scammed melted"
    " paged woken",
    "LATELY": "yesterday last_night last_week last_month last_weekend last_friday last_monday last_tuesday"
    " last_sunday last_wednesday last_thursday last_saturday on_monday on_tuesday on_wednesday on_thursday on_friday"
    " on_saturday on_sunday this_morning this_week just_now the_other_day a_week_ago days_ago a_few_days_ago"
    " last_sprint",
    "THEIRS": "friend* colleague* neighbo* cousin acquaintance* competitor* buddy somebody_i_know someone_i_know"
    " another_company another_team my_last_job our_sister_team",
    "PRESS": "news headline* newspaper* twitter reddit press tv podcast front_page front_pages article*",
    "COMPARE": "compar* evaluat* discuss* investigat* research* analys* analyz* think* look* weigh* explor*"
    " consider* debat* study* agoniz* agonis* deliberat* bikeshed* shop search* bother*",
    "COMPARING": "comparing evaluating discussing investigating researching analysing analyzing thinking looking"
    " weighing exploring considering debating arguing talking deliberating bikeshedding shopping agonizing"
    " discussion* debate*",
    "OTHERS": "other others else alternatives alternative options further more longer rest anything any_more anymore"
    " around competitors beyond choices",
    "SMALLTHING": "line* column* flag* field* config* file* setting* import* url* query checkbox button* endpoint*"
    " script* header* regex",
    "EASY": "trivial easy quick painless straightforward fast breeze snap cake",
    "EVERYBODY": "everybody everyone whole_industry entire_industry whole_world all_companies all_teams all_startups"
    " most_companies most_teams all_our_competitors our_competitors faang big_tech",
    "SERIOUS": "big serious modern cool major top good successful real great leading large other grown_up smart",
    "SHOPS": "companies company teams startups organisations organizations shops players kids engineers developers"
    " projects names orgs vendors people tech",
    "FAMOUS": "netflix google amazon facebook meta uber spotify airbnb twitter apple microsoft stripe shopify linkedin",
    "DO": "use uses using do does doing did adopt* switched moved moving went run runs works choose chose has have"
    " migrated go goes work talks talk",
    "SHOWS": "confirm* prove* proving show shows showed shown demonstrate* validat* vindicat* agree* backs backed",
    "BELIEVED": "knew known thought believed expected suspected said saying felt predicted believe hoped told"
    " telling wanted think",
    "ASKED": "asked talked spoke interviewed surveyed read looked listened collected searched googled found picked"
    " polled bookmarked gathered",
    "LIKING": "happy satisfied like liked likes love loved loves fans favour favor support* agree* success_stories"
    " recommend* positive enjoy* advantages benefits praise* pros best_of",
    "NAMED": "said told mentioned named quoted suggested asked proposed opened offered promised wanted threw floated"
    " guessed",
    "STAY": "stay stays stick sticks keep keeps stayed remain kept stuck anchor",
    "A_BIT": "a_little a_bit slightly somewhat a_touch",
    "BIGNOUN": "one option* library libraries result* hit hits proposal* answer* thing package* vendor* candidate*"
    " idea* link* suggestion* tool solution* product thought",
}
