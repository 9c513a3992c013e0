bool("False")
