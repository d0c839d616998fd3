/**
 * Loss surfaces of trained heads: directions, loss grids, measures of their shape, the optimiser's
 * path, and pictures of them.
 */
package normsweep.landscape;
