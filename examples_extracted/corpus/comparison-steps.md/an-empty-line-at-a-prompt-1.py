print("top\n\nbottom")
print("top\n\nbottom")
