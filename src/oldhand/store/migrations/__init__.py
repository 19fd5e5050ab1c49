"""Steps from one format of the store to the next, one file each: `step_0002_what_it_does.py`.

A step has a function `run(connection)`, which changes the tables inside the transaction it is called
in and ends neither that transaction nor starts another, and a docstring whose first line is its name
in the table `migrations`. A step that was released is never changed again.
"""
