/* SPDX-License-Identifier: MIT */
/* agent/aws/fault.c: an error of AWS is known by its code, wherever that stands. */

#include "aws/fault.h"

#include "check.h"

#define TEN          "0123456789"
#define TEN_TIMES(x) x x x x x x x x x x

static struct fault read_fault(int status, const char *error_type, const char *body)
{
    struct fault fault = { .kind = FAULT_KINDS };
    struct buffer bytes = { 0 };
    check_number(body, buffer_append_text(&bytes, body), 0);
    check_number(body, fault_read(status, error_type, &bytes, &fault), 0);
    buffer_free(&bytes);
    return fault;
}

static const struct row {
    int status;
    const char *error_type, *body;
    enum fault_kind kind;
    const char *code, *message;
} rows[] = {
    /* Where the code stands. */
    { 400, "", "{\"__type\":\"ThrottlingException\",\"message\":\"Rate exceeded\"}",
        FAULT_THROTTLED, "ThrottlingException", "Rate exceeded" },
    { 400, "", "{\"__type\":\"com.amazon.coral.availability#ThrottlingException\"}",
        FAULT_THROTTLED, "ThrottlingException", "" },
    { 400, "", "{\"__type\":\"SlowDown:http://internal.amazon.com/coral/x/\"}", FAULT_THROTTLED,
        "SlowDown", "" },
    { 400, "", "{\"__type\":\"a#b#SlowDown:x\"}", FAULT_THROTTLED, "SlowDown", "" },
    { 400, "AccessDeniedException", "", FAULT_DENIED, "AccessDeniedException", "" },
    { 400, "a#AccessDeniedException:http://b/", "<html>", FAULT_DENIED, "AccessDeniedException",
        "" },
    { 400, "ResourceNotFoundException", "{\"__type\":\"AccessDeniedException\"}", FAULT_DENIED,
        "AccessDeniedException", "" },
    { 400, "", "{\"code\":\"SlowDown\"}", FAULT_THROTTLED, "SlowDown", "" },
    { 400, "", "{\"Code\":\"SlowDown\",\"Message\":\"m\"}", FAULT_THROTTLED, "SlowDown", "m" },
    { 400, "SlowDown", "{\"__type\":7}", FAULT_THROTTLED, "SlowDown", "" },
    { 400, "SlowDown", "{\"__type\":\"a\",\"__type\":\"b\"}", FAULT_THROTTLED, "SlowDown", "" },

    /* The status is not to be trusted. */
    { 403, "", "{\"__type\":\"ThrottlingException\"}", FAULT_THROTTLED, "ThrottlingException", "" },
    { 500, "", "{\"__type\":\"AccessDeniedException\"}", FAULT_DENIED, "AccessDeniedException",
        "" },
    { 404, "", "{\"__type\":\"InternalServiceError\"}", FAULT_TROUBLE, "InternalServiceError", "" },

    /* Each kind. */
    { 400, "",
        "{\"__type\":\"ExpiredTokenException\",\"message\":\"The security token included in "
        "the request is expired\"}",
        FAULT_CREDENTIALS, "ExpiredTokenException",
        "The security token included in the request is expired" },
    { 400, "", "{\"__type\":\"UnrecognizedClientException\"}", FAULT_CREDENTIALS,
        "UnrecognizedClientException", "" },
    { 403, "", "{\"__type\":\"InvalidClientTokenId\"}", FAULT_CREDENTIALS, "InvalidClientTokenId",
        "" },
    { 400, "",
        "{\"__type\":\"InvalidSignatureException\",\"message\":\"The Canonical String for this "
        "request should have been 'x-amz-security-token:TOKEN'\"}",
        FAULT_SIGNATURE, "InvalidSignatureException", "" },
    { 400, "RequestTimeTooSkewed", "", FAULT_SIGNATURE, "RequestTimeTooSkewed", "" },
    { 400, "SignatureDoesNotMatch", "", FAULT_SIGNATURE, "SignatureDoesNotMatch", "" },
    { 400, "",
        "{\"__type\":\"ResourceNotFoundException\",\"Message\":\"Secrets Manager can't find "
        "the specified secret.\"}",
        FAULT_MISSING, "ResourceNotFoundException",
        "Secrets Manager can't find the specified secret." },
    { 400, "ParameterNotFound", "", FAULT_MISSING, "ParameterNotFound", "" },
    { 400, "DecryptionFailure", "", FAULT_DECRYPTION, "DecryptionFailure", "" },
    { 400, "InvalidKeyId", "", FAULT_DECRYPTION, "InvalidKeyId", "" },
    { 400, "",
        "{\"__type\":\"AccessDeniedException\",\"Message\":\"Access to KMS is not "
        "allowed\"}",
        FAULT_DECRYPTION, "AccessDeniedException", "Access to KMS is not allowed" },
    { 400, "",
        "{\"__type\":\"AccessDeniedException\",\"Message\":\"The ciphertext refers to a "
        "customer master key that does not exist\"}",
        FAULT_DECRYPTION, "AccessDeniedException",
        "The ciphertext refers to a customer master key that does not exist" },
    { 400, "",
        "{\"__type\":\"InvalidRequestException\",\"Message\":\"You can't perform this "
        "operation on the secret because it was marked for deletion.\"}",
        FAULT_DELETED, "InvalidRequestException",
        "You can't perform this operation on the secret because it was marked for deletion." },
    { 400, "", "{\"__type\":\"InvalidRequestException\",\"Message\":\"m\"}", FAULT_INVALID,
        "InvalidRequestException", "m" },
    { 400, "ValidationException", "", FAULT_INVALID, "ValidationException", "" },
    { 400, "accessdeniedexception", "", FAULT_INVALID, "accessdeniedexception", "" },

    /* Without a code, the status is what there is. */
    { 429, "", "", FAULT_THROTTLED, "", "" },
    { 500, "", "", FAULT_TROUBLE, "", "" },
    { 502, "", "<html><h1>Bad Gateway</h1>", FAULT_TROUBLE, "", "" },
    { 503, "", "{}", FAULT_TROUBLE, "", "" },
    { 503, "Unknown", "", FAULT_TROUBLE, "Unknown", "" },
    { 504, "", "[]", FAULT_TROUBLE, "", "" },
    { 301, "", "", FAULT_FOREIGN, "", "" },
    { 204, "", "", FAULT_FOREIGN, "", "" },
    { 403, "", "<html>blocked by policy</html>", FAULT_FOREIGN, "", "" },
    { 400, "", "{\"message\":\"hello\"}", FAULT_FOREIGN, "", "hello" },
    { 400, "", "{\"__type\":\"\"}", FAULT_FOREIGN, "", "" },
    { 400, "", "{\"__type\":\"a#\"}", FAULT_FOREIGN, "", "" },
    { 400, "", "{\"__type\":\":x\"}", FAULT_FOREIGN, "", "" },
    { 400, "", "{\"__type\":\"Access Denied\"}", FAULT_FOREIGN, "", "" },
    { 400, "", "{\"__type\":\"A\\n\"}", FAULT_FOREIGN, "", "" },
    { 400, "", "{\"__type\":\"A\\u0000\"}", FAULT_FOREIGN, "", "" },
    { 400, "", "{\"__type\":\"" TEN TEN TEN TEN TEN TEN "0123\"}", FAULT_FOREIGN, "", "" },
    { 400, "", "{\"__type\":\"" TEN TEN TEN TEN TEN TEN "012\"}", FAULT_INVALID,
        TEN TEN TEN TEN TEN TEN "012", "" },

    /* Words that print, in one line. */
    { 400, "SlowDown", "{\"message\":\"a\\nb\\u001b[31mc\\u202e\"}", FAULT_THROTTLED, "SlowDown",
        "a?b?[31mc?" },
    { 400, "SlowDown",
        "{\"message\":\"" TEN_TIMES(TEN) TEN_TIMES(TEN) TEN_TIMES(TEN) TEN_TIMES(TEN) "\"}",
        FAULT_THROTTLED, "SlowDown",
        TEN_TIMES(TEN) TEN_TIMES(TEN) TEN_TIMES(TEN) TEN TEN TEN TEN TEN TEN TEN TEN "…" },
    { 400, "SlowDown",
        "{\"message\":\"" TEN_TIMES(TEN) TEN_TIMES(TEN) TEN_TIMES(TEN) TEN TEN TEN TEN TEN TEN TEN
        "012345678äaaaaa\"}",
        FAULT_THROTTLED, "SlowDown",
        TEN_TIMES(TEN) TEN_TIMES(TEN) TEN_TIMES(TEN) TEN TEN TEN TEN TEN TEN TEN "012345678…" },
};

static void test_rows(void **state)
{
    (void) state;
    for (size_t i = 0; i < ELEMENTSOF(rows); i++) {
        const struct row *row = &rows[i];
        char name[1024];
        (void) snprintf(name, sizeof(name), "%d %s %s", row->status, row->error_type, row->body);
        struct fault fault = read_fault(row->status, row->error_type, row->body);
        check_text(name, fault.code, row->code);
        check_text(name, fault.message, row->message);
        check_number(name, fault.kind, row->kind);
    }
}

static void test_no_body(void **state)
{
    (void) state;
    const struct buffer body = { 0 };
    struct fault fault;
    check_number("no body", fault_read(503, "", &body, &fault), 0);
    check_number("no body", fault.kind, FAULT_TROUBLE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows),
        cmocka_unit_test(test_no_body),
    };
    return cmocka_run_group_tests(tests, check_start, NULL);
}
