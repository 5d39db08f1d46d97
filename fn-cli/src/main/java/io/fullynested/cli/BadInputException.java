package io.fullynested.cli;

/** What the user gave cannot be used; the message says what and what would do. Ends with exit code 2. */
final class BadInputException extends RuntimeException {

    private static final long serialVersionUID = 1;

    BadInputException(String message) {
        super(message);
    }
}
