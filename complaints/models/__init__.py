from complaints.models.callback import Callback, CallbackAttempt
from complaints.models.category import Category
from complaints.models.customer import Customer, CustomerIdentity
from complaints.models.ownership import OwnershipEntry, Promise
from complaints.models.service_level import Clock, ClockPause, ServicePolicy, ServiceTarget
from complaints.models.survey import SurveyAnswer, SurveyInvitation
from complaints.models.ticket import Message, Ticket, TicketEvent

__all__ = [
    "Callback",
    "CallbackAttempt",
    "Category",
    "Clock",
    "ClockPause",
    "Customer",
    "CustomerIdentity",
    "Message",
    "OwnershipEntry",
    "Promise",
    "ServicePolicy",
    "ServiceTarget",
    "SurveyAnswer",
    "SurveyInvitation",
    "Ticket",
    "TicketEvent",
]
