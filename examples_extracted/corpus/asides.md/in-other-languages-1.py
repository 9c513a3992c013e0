print(3 + 4)            # Ausgabe: 7
print(3 * 4)            # Resultado: 12
print(3 - 4)            # Вывод: 1
len("été")              # renvoie 3
print("日" * 2)          # 输出：日日
