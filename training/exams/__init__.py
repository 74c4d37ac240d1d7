"""From the bank of questions to the certificate: a paper is drawn and frozen, answered, marked, judged."""
