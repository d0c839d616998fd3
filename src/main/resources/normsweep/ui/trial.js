'use strict';

// Runs after the scripts of DL4J's training pages: shows which trial this is, links back to the
// sweep, and does the work of the pages' inline scripts, which the security policy forbids.
(function () {
  const REFRESH_MILLIS = 2000;
  const [, , id, page] = window.location.pathname.split('/');
  const starts = {
    overview: () => renderOverviewPage(true),
    model: () => {
      renderModelGraph();
      renderModelPage(true);
    },
    system: () => {
      renderSystemPage(true);
      renderTabs();
      $('#gpuMemoryChart').hide();
    },
  };
  const refreshes = {
    overview: () => renderOverviewPage(false),
    model: () => renderModelPage(false),
    system: () => renderSystemPage(false),
  };
  const clicks = {
    languageSelect: languageSelect,
    selectStdevChart: name => {
      selectStdevChart(name);
      nameQuantity();
    },
    setSelectMeanMagChart: name => setSelectMeanMagChart(name),
  };

  // The chart of standard deviations shows norms of gradients.
  window.quantity = () => document.getElementById(selectedChart).dataset.quantity || 'stdev';

  function nameQuantity() {
    const [first, second] = document.querySelectorAll('#stdevChart + p b');
    const heading = document.querySelector('.chart-header:has(#stdevGradients) b');
    for (const node of [heading.firstChild, first.firstChild, second.lastChild]) {
      node.usual ??= node.textContent;
      node.textContent = quantity() === 'stdev' ? node.usual : ' ' + quantity() + ': ';
    }
  }

  const trial = decodeURIComponent(id);
  const title = document.querySelector('.header-text');
  title.href = '/sweep';
  title.title = 'Back to the sweep';
  title.textContent = '‹ Sweep · ' + trial;

  for (const link of document.querySelectorAll('[data-click]')) {
    const [name, ...values] = link.dataset.click.match(/\w+/g);
    link.addEventListener('click', () => clicks[name](...values));
  }
  document.addEventListener('click', event => {
    if (event.target.closest('a[href^="javascript:"]')) {
      event.preventDefault();
    }
  });
  $(starts[page]);
  setInterval(refreshes[page], REFRESH_MILLIS);
})();
