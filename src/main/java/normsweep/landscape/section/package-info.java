/**
 * Cuts through the loss besides a trial's two surfaces: along many random directions, on training
 * images, and on the line between two trials.
 */
package normsweep.landscape.section;
