/** Curvature of a head's loss: eigenvalues, trace and density of its Hessian. */
package normsweep.landscape.hessian;
