ask_the_oracle()
