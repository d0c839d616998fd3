/**
 * What tails and the frozen trunk are computed on: the one place that asks which backends and GPUs
 * there are, and that words what is wrong with them.
 */
package normsweep.device;
