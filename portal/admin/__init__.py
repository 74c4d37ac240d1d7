from portal.admin import transfer as transfer
