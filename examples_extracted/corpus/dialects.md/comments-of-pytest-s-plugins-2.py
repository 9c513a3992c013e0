import winsound
