"""Whether `overview` finds the files of a task: public sets, measured through the operation itself."""
