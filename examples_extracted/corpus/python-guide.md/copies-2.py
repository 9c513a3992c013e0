board = [[0] * 2] * 3
board[0][0] = 7
board                    # [[7, 0], [7, 0], [7, 0]]
board = [[0] * 2 for _ in range(3)]
board[0][0] = 7
board                    # [[7, 0], [0, 0], [0, 0]]
