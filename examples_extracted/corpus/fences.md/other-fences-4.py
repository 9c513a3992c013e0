"prompt".title()
5 // 2
