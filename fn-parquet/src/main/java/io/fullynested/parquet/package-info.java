/** Images in Parquet files. */
package io.fullynested.parquet;
