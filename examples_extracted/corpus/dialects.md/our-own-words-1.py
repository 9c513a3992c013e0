send_a_letter()
