/* SPDX-License-Identifier: MIT */
/* The codes: botocore's retries/standard.py and the service models, and what the SDKs take for a
 * clock that is wrong. */

#include "aws/fault.h"

#include <errno.h>
#include <string.h>

#include "lib/array.h"
#include "lib/ascii.h"
#include "lib/json.h"
#include "lib/printable.h"

static const struct {
    const char *code;
    enum fault_kind kind;
} codes[] = {
    { "Throttling", FAULT_THROTTLED },
    { "ThrottlingException", FAULT_THROTTLED },
    { "ThrottledException", FAULT_THROTTLED },
    { "RequestThrottled", FAULT_THROTTLED },
    { "RequestThrottledException", FAULT_THROTTLED },
    { "TooManyRequestsException", FAULT_THROTTLED },
    { "RequestLimitExceeded", FAULT_THROTTLED },
    { "BandwidthLimitExceeded", FAULT_THROTTLED },
    { "LimitExceededException", FAULT_THROTTLED },
    { "SlowDown", FAULT_THROTTLED },
    { "ProvisionedThroughputExceededException", FAULT_THROTTLED },
    { "TransactionInProgressException", FAULT_THROTTLED },
    { "PriorRequestNotComplete", FAULT_THROTTLED },
    { "EC2ThrottledException", FAULT_THROTTLED },
    { "RequestTimeout", FAULT_TROUBLE },
    { "RequestTimeoutException", FAULT_TROUBLE },
    { "InternalFailure", FAULT_TROUBLE },
    { "InternalServerError", FAULT_TROUBLE },
    { "InternalServiceError", FAULT_TROUBLE },
    { "InternalServiceErrorException", FAULT_TROUBLE },
    { "InternalServiceException", FAULT_TROUBLE },
    { "ServiceUnavailable", FAULT_TROUBLE },
    { "ServiceUnavailableException", FAULT_TROUBLE },
    { "ExpiredToken", FAULT_CREDENTIALS },
    { "ExpiredTokenException", FAULT_CREDENTIALS },
    { "UnrecognizedClientException", FAULT_CREDENTIALS },
    { "InvalidClientTokenId", FAULT_CREDENTIALS },
    { "InvalidToken", FAULT_CREDENTIALS },
    { "RequestTimeTooSkewed", FAULT_SIGNATURE },
    { "RequestExpired", FAULT_SIGNATURE },
    { "RequestInTheFuture", FAULT_SIGNATURE },
    { "InvalidSignatureException", FAULT_SIGNATURE },
    { "SignatureDoesNotMatch", FAULT_SIGNATURE },
    { "AuthFailure", FAULT_SIGNATURE },
    { "IncompleteSignature", FAULT_SIGNATURE },
    { "IncompleteSignatureException", FAULT_SIGNATURE },
    { "AccessDenied", FAULT_DENIED },
    { "AccessDeniedException", FAULT_DENIED },
    { "NotAuthorized", FAULT_DENIED },
    { "OptInRequired", FAULT_DENIED },
    { "ParameterNotFound", FAULT_MISSING },
    { "ParameterVersionNotFound", FAULT_MISSING },
    { "ResourceNotFoundException", FAULT_MISSING },
    { "DecryptionFailure", FAULT_DECRYPTION },
    { "InvalidKeyId", FAULT_DECRYPTION },
};

/* Codes for more than one thing, of which the words alone tell: "You can't perform this operation
 * on the secret because it was marked for deletion.", "Access to KMS is not allowed", "The
 * ciphertext refers to a customer master key that does not exist, … or you are not allowed to
 * access." */
static const struct {
    const char *code, *words;
    enum fault_kind kind;
} worded[] = {
    { "InvalidRequestException", "deletion", FAULT_DELETED },
    { "AccessDeniedException", "KMS", FAULT_DECRYPTION },
    { "AccessDeniedException", "kms:", FAULT_DECRYPTION },
    { "AccessDeniedException", "ciphertext", FAULT_DECRYPTION },
};

/* The code without its namespace, and without the URL that some services put behind it:
 * "com.amazon.coral.service#ThrottlingException", "X:http://internal.amazon.com/…". Returns whether
 * it is one. */
static bool copy_code(const char *text, char ret[static FAULT_CODE_MAX])
{
    const char *hash = strrchr(text, '#'), *code = hash ? hash + 1 : text;
    size_t length = strcspn(code, ":");
    if (length == 0 || length >= FAULT_CODE_MAX || strspn(code, ASCII_ALNUM "._-") < length)
        return false;
    memcpy(ret, code, length);
    ret[length] = '\0';
    return true;
}

static const char *member_text(const struct json *document, const char *key)
{
    const struct json *member;
    if (json_member(document, key, &member) < 0 || json_type(member) != JSON_STRING)
        return NULL;
    return json_string(member);
}

static int copy_message(const char *text, char ret[static FAULT_MESSAGE_MAX])
{
    static const char more[] = "…";
    _cleanup_buffer_ struct buffer line = { 0 };
    if (printable_append_line(text, strlen(text), &line) < 0)
        return -ENOMEM;
    size_t length = line.size;
    if (length >= FAULT_MESSAGE_MAX) {
        length = FAULT_MESSAGE_MAX - sizeof(more);
        while (length > 0 && ((unsigned char) line.data[length] & 0xc0) == 0x80)
            length--; /* no part of a character */
    }
    memcpy(ret, line.data ? line.data : "", length);
    memcpy(ret + length, length < line.size ? more : "", length < line.size ? sizeof(more) : 1);
    return 0;
}

/* Fills in the code and the message, as far as they are there. 0 or -ENOMEM. */
static int fault_read_document(const struct buffer *body, struct fault *fault)
{
    static const char *const type_keys[] = { "__type", "code", "Code" };
    static const char *const message_keys[] = { "message", "Message" };
    _cleanup_json_ struct json *document = NULL;
    int r = json_parse(body->data, body->size, &document, NULL);
    if (r < 0 || json_type(document) != JSON_OBJECT)
        return r == -ENOMEM ? r : 0;
    for (size_t i = 0; !*fault->code && i < ELEMENTSOF(type_keys); i++) {
        const char *text = member_text(document, type_keys[i]);
        if (text)
            (void) copy_code(text, fault->code);
    }
    for (size_t i = 0; !*fault->message && i < ELEMENTSOF(message_keys); i++) {
        const char *text = member_text(document, message_keys[i]);
        if (text && copy_message(text, fault->message) < 0)
            return -ENOMEM;
    }
    return 0;
}

static enum fault_kind kind_of_status(int status, bool has_code)
{
    if (status == 429)
        return FAULT_THROTTLED;
    if (status >= 500)
        return FAULT_TROUBLE;
    return has_code ? FAULT_INVALID : FAULT_FOREIGN;
}

static enum fault_kind kind_of(int status, const struct fault *fault)
{
    for (size_t i = 0; i < ELEMENTSOF(worded); i++)
        if (strcmp(worded[i].code, fault->code) == 0 && strstr(fault->message, worded[i].words))
            return worded[i].kind;
    for (size_t i = 0; i < ELEMENTSOF(codes); i++)
        if (strcmp(codes[i].code, fault->code) == 0)
            return codes[i].kind;
    return kind_of_status(status, *fault->code != '\0');
}

int fault_read(int status, const char *error_type, const struct buffer *body, struct fault *ret)
{
    struct fault fault = { 0 };
    if (fault_read_document(body, &fault) < 0)
        return -ENOMEM;
    if (!*fault.code)
        (void) copy_code(error_type, fault.code);
    fault.kind = kind_of(status, &fault);
    if (fault.kind == FAULT_SIGNATURE)
        fault.message[0] = '\0';
    *ret = fault;
    return 0;
}
