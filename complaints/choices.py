from django.db import models
from django.utils.translation import gettext_lazy as _


class Channel(models.TextChoices):
    CHAT = "chat", _("Chat")
    APP = "app", _("App")
    HOTLINE = "hotline", _("Hotline")
    EMAIL = "email", _("E-mail")
    SOCIAL = "social", _("Social media")
    STORE = "store", _("Store")
    WEB = "web", _("Web form")
    BOT = "bot", _("Bot")
    TAOBAO = "taobao", _("Taobao")
    TMALL = "tmall", _("Tmall")
    JD = "jd", _("JD")
    PDD = "pdd", _("Pinduoduo")
    DOUYIN = "douyin", _("Douyin")


class Kind(models.TextChoices):
    INQUIRY = "inquiry", _("Inquiry")
    ORDER = "order", _("Order")
    AFTER_SALES = "after_sales", _("After-sales")
    COMPLAINT = "complaint", _("Complaint")
    OPINION = "opinion", _("Public opinion")
    ONBOARDING = "onboarding", _("Merchant onboarding")


class Severity(models.TextChoices):
    LOW = "low", _("Low")
    NORMAL = "normal", _("Normal")
    HIGH = "high", _("High")
    CRISIS = "crisis", _("Crisis")


class Status(models.TextChoices):
    NEW = "new", _("New")
    ASSIGNED = "assigned", _("Assigned")
    IN_PROGRESS = "in_progress", _("In progress")
    WAITING_CUSTOMER = "waiting_customer", _("Waiting for customer")
    WAITING_THIRD_PARTY = "waiting_third_party", _("Waiting for third party")
    RESOLVED = "resolved", _("Resolved")
    CLOSED = "closed", _("Closed")
    REOPENED = "reopened", _("Reopened")
    CANCELLED = "cancelled", _("Cancelled")


class Act(models.TextChoices):
    """What can be done to a ticket: the kinds of rows in its ledger."""

    RECEIVE = "receive", _("Received")
    UPDATE = "update", _("Details changed")
    CLASSIFY = "classify", _("Classified")
    CLAIM = "claim", _("Claimed")
    ASSIGN = "assign", _("Assigned")
    PARK = "park", _("Parked: nobody qualified on duty")
    TRANSFER = "transfer", _("Transfer asked")
    ACCEPT = "accept", _("Accepted")
    DECLINE = "decline", _("Declined")
    RETURN = "return", _("Returned")
    TAKE_OVER = "take_over", _("Taken over")
    REPLY = "reply", _("Replied")
    HEAR = "hear", _("Customer wrote")
    NOTE = "note", _("Note")
    PROMISE = "promise", _("Reply promised")
    WAIT = "wait", _("Waiting")
    RESUME = "resume", _("Resumed")
    CALL_BACK = "call_back", _("Called back")
    RESOLVE = "resolve", _("Resolved")
    CLOSE = "close", _("Closed")
    SURVEY = "survey", _("Survey answered")
    REOPEN = "reopen", _("Reopened")
    CANCEL = "cancel", _("Cancelled")
    APPLY_POLICY = "apply_policy", _("Service policy re-applied")


class ClockKind(models.TextChoices):
    FIRST_RESPONSE = "first_response", _("First response")
    COMPLAINT_ANSWER = "complaint_answer", _("Answer to complaint")
    RESOLUTION = "resolution", _("Resolution")
    NEXT_REPLY = "next_reply", _("Next reply")
    HAND_OVER = "hand_over", _("Hand-over")


class ClockOutcome(models.TextChoices):
    RUNNING = "running", _("Running")
    MET = "met", _("Met")
    MISSED = "missed", _("Missed")
    VOID = "void", _("Void")


class OwnershipKind(models.TextChoices):
    CLAIM = "claim", _("Claim")
    ASSIGN = "assign", _("Assign")
    TRANSFER = "transfer", _("Transfer")
    DECLINE = "decline", _("Decline")
    TAKE_OVER = "take_over", _("Take over")
    RETURN = "return", _("Return")
    LEAVE_COVER = "leave_cover", _("Leave cover")
    ESCALATE = "escalate", _("Escalate")


class WaitingFor(models.TextChoices):
    CUSTOMER = "customer", _("Customer")
    THIRD_PARTY = "third_party", _("Third party")


class HandOver(models.TextChoices):
    """How far a hand-over has come. Refused and returned ones never moved the matter."""

    PENDING = "pending", _("Waiting for acceptance")
    HOLDING = "holding", _("Holds the matter")
    ENDED = "ended", _("Passed on or ended")
    DECLINED = "declined", _("Declined")
    RETURNED = "returned", _("Returned unanswered")


class CustomerLevel(models.TextChoices):
    ORDINARY = "ordinary", _("Ordinary")
    KEY = "key", _("Key account")
    DIFFICULT = "difficult", _("Difficult")


class IdentityKind(models.TextChoices):
    PHONE = "phone", _("Phone")
    EMAIL = "email", _("E-mail")
    ACCOUNT = "account", _("Account on a channel")


class Responsible(models.TextChoices):
    GOODS = "goods", _("Goods")
    WAREHOUSE = "warehouse", _("Warehouse")
    CARRIER = "carrier", _("Carrier")
    SERVICE = "service", _("Service")
    CUSTOMER = "customer", _("Customer")


class Direction(models.TextChoices):
    INBOUND = "in", _("From the customer")
    OUTBOUND = "out", _("To the customer")
    INTERNAL = "internal", _("Internal note")


class CallbackPurpose(models.TextChoices):
    ANSWER = "answer", _("Answer owed")
    PROACTIVE = "proactive", _("Proactive")
    AFTER_COMPLAINT = "after_complaint", _("After a complaint")
    CORRECTION = "correction", _("Correction of a wrong answer")
    KEY_ACCOUNT = "key_account", _("Key-account follow-up")


class CallbackState(models.TextChoices):
    DUE = "due", _("Due")
    REACHED = "reached", _("Reached")
    NOT_REACHED = "not_reached", _("Not reached")
    REFUSED = "refused", _("Refused")
    CANCELLED = "cancelled", _("Cancelled")


class AttemptResult(models.TextChoices):
    REACHED = "reached", _("Reached")
    NO_ANSWER = "no_answer", _("No answer")
    REFUSED = "refused", _("Refused")
    WRONG_NUMBER = "wrong_number", _("Wrong number")


class PromiseOutcome(models.TextChoices):
    OPEN = "open", _("Open")
    KEPT = "kept", _("Kept")
    BROKEN = "broken", _("Broken")
    VOID = "void", _("Void")


class AnsweredVia(models.TextChoices):
    LINK = "link", _("By link")
    PHONE = "phone", _("By phone")
