/** Files for TensorBoard. */
package io.fullynested.tensorboard;
