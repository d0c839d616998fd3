'use strict';

// In the head of DL4J's training pages: which trial this is, and the way back to the sweep.
(function () {
  const title = document.querySelector('.header-text');
  if (title) {
    const trial = decodeURIComponent(window.location.pathname.split('/')[2]);
    title.href = '/sweep';
    title.title = 'Back to the sweep';
    title.textContent = '‹ Sweep · ' + trial;
    document.title = trial + ' – NormSweep';
  }
})();
