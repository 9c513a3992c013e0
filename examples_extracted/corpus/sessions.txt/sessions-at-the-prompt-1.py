print("top\n\nbottom")
