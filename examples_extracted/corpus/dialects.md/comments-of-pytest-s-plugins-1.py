count_to_the_end()
