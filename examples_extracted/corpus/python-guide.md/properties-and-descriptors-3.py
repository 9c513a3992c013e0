class Field:
    def __set_name__(self, owner, name):
        self.label = f"{owner.__name__}.{name}"

class Form:
    email = Field()
    phone = Field()

print(Form.__dict__["email"].label)   # Form.email
print(Form.__dict__["phone"].label)   # Form.phone
