answer = ask_the_oracle("What is the weather?")
answer          # 'rain'
