/**
 * The trainable block at the speed of its two matrix products: one layer for 1×1 convolution, batch
 * norm, ReLU6 and global average pooling, and the tail that is built around it.
 */
package normsweep.tail.fused;
