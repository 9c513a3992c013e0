ask_again()
