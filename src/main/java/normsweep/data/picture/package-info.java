/** The user's own pictures: listed, checked, split and brought to squares. */
package normsweep.data.picture;
