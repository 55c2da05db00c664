/* SPDX-License-Identifier: MIT */
/* Prints the table of the AWS services for tests/aws-services/doc-table: a line for each row and
 * each other name, with tabs between its fields. */

#include <stdio.h>

#include "proxy/aws_service_table.h"

int main(void)
{
    for (size_t i = 0; i < aws_service_count; i++) {
        const struct aws_service *row = &aws_service_table[i];
        printf("service\t%s\t%s\t%s\t%s\n", row->name, row->patterns,
            row->regions ? row->regions : "", row->note ? row->note : "");
    }
    for (size_t i = 0; i < aws_service_alias_count; i++)
        printf("alias\t%s\t%s\n", aws_service_aliases[i].name, aws_service_aliases[i].service);
    return 0;
}
