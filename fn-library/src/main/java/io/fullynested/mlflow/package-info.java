/** Runs as MLflow keeps them in a folder. */
package io.fullynested.mlflow;
