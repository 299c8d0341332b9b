/*
 * MAIN.C   Order entry from a file of commands, one a line.    R.H. 03/98
 *
 *     DATE 19980302             the day
 *     ENTER 1 10:100 11:100     customer, then item:quantity
 *     SHIP 1001   CANCEL 1001   SHOW 1001   PRICE 10 30
 *     CUSTOMERS   ITEMS   REPORT
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "legacy.h"

static char today[9] = "19980302";

static void enter(char *text)
{
    struct entry lines[MAXLINES];
    long custno, ordno;
    char *word;
    int n = 0;

    word = strtok(text, " \n");
    custno = word ? atol(word) : 0;
    while (n < MAXLINES && (word = strtok(NULL, " \n")) != NULL)
        if (sscanf(word, "%ld:%ld", &lines[n].item, &lines[n].qty) == 2)
            n++;
    ordno = enter_order(custno, today, lines, n);
    if (ordno)
        printf("order %ld entered\n", ordno);
    else
        printf("order NOT entered\n");
}

static void command(char *line)
{
    char word[20] = "";
    long no = 0, cents = 0;
    int used = 0;

    if (sscanf(line, "%19s%n", word, &used) < 1 || word[0] == '#')
        return;
    printf("> %s", line);
    if (strcmp(word, "DATE") == 0)
        sscanf(line + used, "%8s", today);
    else if (strcmp(word, "ENTER") == 0)
        enter(line + used);
    else if (strcmp(word, "CUSTOMERS") == 0)
        list_customers();
    else if (strcmp(word, "ITEMS") == 0)
        list_items();
    else if (strcmp(word, "REPORT") == 0)
        day_report(today);
    else if (sscanf(line + used, "%ld %ld", &no, &cents) < 1)
        printf("what?\n");
    else if (strcmp(word, "SHOW") == 0)
        show_order(no);
    else if (strcmp(word, "SHIP") == 0)
        printf(ship_order(no, today) ? "shipped\n" : "NOT shipped\n");
    else if (strcmp(word, "CANCEL") == 0)
        printf(cancel_order(no) ? "cancelled\n" : "NOT cancelled\n");
    else if (strcmp(word, "PRICE") == 0)
        printf(change_price(no, cents) ? "price changed\n" : "price NOT changed\n");
    else
        printf("what?\n");
}

int main(int argc, char **argv)
{
    char line[200];
    FILE *f;

    if (argc != 3) {
        fprintf(stderr, "usage: %s DSN FILE\n", argv[0]);
        return 2;
    }
    f = fopen(argv[2], "r");
    if (f == NULL || !program_open(argv[1])) {
        printf("cannot start\n");
        return 1;
    }
    while (fgets(line, sizeof line, f) != NULL)
        command(line);
    fclose(f);
    program_close();
    return 0;
}
