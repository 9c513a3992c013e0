words("one two\tthree")
words("")
