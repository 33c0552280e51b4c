/**
 * @file
 * The XML of answers, by expat. What comes from a server is not to be trusted: no document types,
 * no deep nesting, no endless texts.
 */
#ifndef Q_S3_XML_H
#define Q_S3_XML_H

#include "base/buffer.h"

/**
 * Receives each element at its end: its path, such as `ListBucketResult/Contents/Key`, and the text
 * in it, without that of elements within it.
 */
typedef quire_status (*q_s3_xml_element)(void *context, const char *path, const char *text,
                                         quire_error *error);

/** QUIRE_TEMPORARY for what is no XML: it was cut short, or something between has answered. */
quire_status q_s3_xml_parse(const char *data, size_t size, q_s3_xml_element element, void *context,
                            quire_error *error);

#endif
