"""What training's tables give to each role (see portal.roles). `visible_to` narrows the rows further."""

from collections.abc import Mapping

from portal.choices import Role

Topic = Mapping[Role, tuple[str, ...]]


def _may(verbs: str, *tables: str) -> tuple[str, ...]:
    """The codenames of some verbs with some tables."""
    return tuple(f"{verb}_{table}" for verb in verbs.split() for table in tables)


def _for(*roles: Role, may: tuple[str, ...]) -> dict[Role, tuple[str, ...]]:
    return dict.fromkeys(roles, may)


STAFF = (
    Role.ADMINISTRATOR, Role.DIRECTOR, Role.SUPERVISOR, Role.HANDLER, Role.TRAINER, Role.INSPECTOR,
)  # fmt: skip

TAUGHT = ("topic", "course", "enrolment", "trainingsession", "sessionbooking", "room")
TEACH = (
    *_may("view add change", *TAUGHT),
    *_may("import export", "topic", "course", "enrolment"),
    *_may("export", "trainingsession", "sessionbooking"),
)
LEARN = _may("view", "topic", "course", "enrolment", "trainingsession", "sessionbooking", "room")
TAKE_COURSES_AWAY = _may("export", "course", "enrolment", "trainingsession", "sessionbooking")
COURSES: Topic = {
    **_for(Role.ADMINISTRATOR, Role.TRAINER, may=TEACH),
    # A supervisor sends his own people to courses and sessions, and marks them.
    Role.SUPERVISOR: (*LEARN, *TAKE_COURSES_AWAY, *_may("add change", "enrolment", "sessionbooking")),
    Role.DIRECTOR: (*LEARN, *TAKE_COURSES_AWAY),
    Role.AUDITOR: LEARN,
    **_for(Role.HANDLER, Role.INSPECTOR, may=LEARN),
}

EXAMINE = (
    *_may("view add change", "question", "exam"),
    *_may("import export", "question"),
    *_may("export", "exam", "examattempt"),
    *_may("view change mark", "examattempt"),
    *_may("view", "issuedcertificate"),
)
SIT = _may("view", "exam", "examattempt", "issuedcertificate")
EXAMS: Topic = {
    **_for(Role.ADMINISTRATOR, Role.TRAINER, may=EXAMINE),
    **_for(Role.SUPERVISOR, Role.DIRECTOR, may=(*SIT, *_may("export", "examattempt"))),
    **_for(Role.HANDLER, Role.INSPECTOR, Role.AUDITOR, may=SIT),
}

READ = _may("view", "article")
# Whoever answers customers writes down what he found out; somebody else looks it over.
WRITE = (*READ, *_may("add change", "article"), *_may("view", "articleflag", "missinganswer"))
PUBLISH = (
    *WRITE,
    *_may("publish", "article"),
    *_may("export", "article"),
    *_may("change", "articleflag"),
    *_may("change export", "missinganswer"),
)
SYNONYMS = (*_may("view add change import export", "synonymgroup"), *_may("view", "botconversation"))
KNOWLEDGE: Topic = {
    **_for(Role.ADMINISTRATOR, Role.TRAINER, may=(*PUBLISH, *_may("import", "article"), *SYNONYMS)),
    Role.SUPERVISOR: (
        *PUBLISH,
        *_may("import", "article"),
        *_may("view", "synonymgroup", "botconversation"),
    ),
    Role.DIRECTOR: (*PUBLISH, *_may("view", "synonymgroup", "botconversation")),
    **_for(Role.HANDLER, Role.INSPECTOR, may=WRITE),
    Role.AUDITOR: (*READ, *_may("view", "articleflag", "missinganswer", "synonymgroup")),
}

SPEAK = _may("view", "phrasescene", "standardphrase", "forbiddenphrase")
KEEP_PHRASES = (
    *SPEAK,
    *_may("add change", "phrasescene", "standardphrase", "forbiddenphrase"),
    *_may("publish", "standardphrase"),
    *_may("import export", "standardphrase", "forbiddenphrase"),
)
PHRASES: Topic = {
    **_for(Role.ADMINISTRATOR, Role.TRAINER, Role.SUPERVISOR, may=KEEP_PHRASES),
    Role.INSPECTOR: (*SPEAK, *_may("add change export", "forbiddenphrase")),
    **_for(Role.DIRECTOR, Role.HANDLER, Role.AUDITOR, may=SPEAK),
}

HEAR = _may("view", "announcement", "announcementreading")
ANNOUNCE = (
    *HEAR, *_may("add change export", "announcement"), *_may("export", "announcementreading"),
)  # fmt: skip
ANNOUNCEMENTS: Topic = {
    **_for(Role.ADMINISTRATOR, Role.TRAINER, Role.SUPERVISOR, may=ANNOUNCE),
    Role.DIRECTOR: (*ANNOUNCE,),
    **_for(Role.HANDLER, Role.INSPECTOR, Role.AUDITOR, may=HEAR),
}

RAISE = _may("view add", "trainingneed")
NEEDS: Topic = {
    **_for(
        Role.ADMINISTRATOR,
        Role.TRAINER,
        Role.SUPERVISOR,
        may=(*RAISE, *_may("change export", "trainingneed")),
    ),
    Role.INSPECTOR: RAISE,
    **_for(Role.DIRECTOR, Role.AUDITOR, Role.HANDLER, may=_may("view", "trainingneed")),
}

TOPICS = (COURSES, EXAMS, KNOWLEDGE, PHRASES, ANNOUNCEMENTS, NEEDS)

ROLE_PERMISSIONS: Topic = {
    role: tuple(codename for topic in TOPICS for codename in topic.get(role, ())) for role in Role
}
