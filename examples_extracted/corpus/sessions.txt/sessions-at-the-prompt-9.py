left = 4096
right = 4096
left == right
left is right
