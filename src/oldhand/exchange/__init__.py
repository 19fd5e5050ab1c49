"""Reading and writing other forms, one file a form."""
