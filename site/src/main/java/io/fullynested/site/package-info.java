/** The documents as pages that a browser shows: from Markdown to a folder of HTML that needs no server. */
package io.fullynested.site;
