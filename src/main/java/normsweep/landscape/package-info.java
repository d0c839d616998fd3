/**
 * Loss surfaces of trained heads: directions, loss grids, measures of their shape, spectra and the
 * optimiser's path.
 */
package normsweep.landscape;
