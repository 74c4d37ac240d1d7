from complaints.admin import callback as callback
from complaints.admin import category as category
from complaints.admin import customer as customer
from complaints.admin import service_policy as service_policy
from complaints.admin import survey as survey
from complaints.admin import ticket as ticket
