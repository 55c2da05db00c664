#pragma once

/* The folders that are ours alone. */

#define FOLDER_VENDOR "/usr/lib/ec2-bootstrap" /* settings that come with an image */
#define FOLDER_ADMIN  "/etc/ec2-bootstrap"     /* settings of the administrator */
#define FOLDER_RUN    "/run/ec2-bootstrap"     /* what counts for this boot, and the lock */
#define FOLDER_STATE  "/var/lib/ec2-bootstrap" /* what undoing our work needs */

/* The variables, for what reads them as EnvironmentFile=. */
#define ENV_FILE FOLDER_RUN "/proxy.env"
