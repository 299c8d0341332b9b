/* What the driver manager may see of a function; everything else stays inside. */
#ifndef TD_EXPORT_H
#define TD_EXPORT_H

#define TD_EXPORT __attribute__((visibility("default")))

#endif
