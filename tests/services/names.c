/* Prints the table of the AWS services for tests/services/doc-table: a line for each row and each
 * other name, with tabs between its fields. */

#include <stdio.h>

#include "proxy/service_table.h"

int main(void)
{
    for (size_t i = 0; i < service_count; i++) {
        const struct service *row = &service_table[i];
        printf("service\t%s\t%s\t%s\t%s\n", row->name, row->patterns,
            row->regions ? row->regions : "", row->note ? row->note : "");
    }
    for (size_t i = 0; i < service_alias_count; i++)
        printf("alias\t%s\t%s\n", service_aliases[i].name, service_aliases[i].service);
    return 0;
}
