left = 64
right = 64
left is right
