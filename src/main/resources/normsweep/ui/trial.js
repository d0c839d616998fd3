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
      offerLayers();
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

  // Of theme.css, for what is drawn on canvases.
  window.themed = name => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

  // The chart of standard deviations shows norms of gradients.
  window.quantity = () => document.getElementById(selectedChart).dataset.quantity || 'stdev';

  function nameQuantity() {
    const [first, second] = document.querySelectorAll('#stdevChart + p b');
    const heading = document.querySelector('.chart-header:has(#stdevGradients) b');
    for (const [node, end] of [[heading.firstChild, 's: log'], [first.firstChild, ':'],
      [second.lastChild, ':']]) {
      node.usual ??= node.textContent;
      node.textContent = quantity() === 'stdev' ? node.usual : ' ' + quantity() + end;
    }
  }

  const trial = decodeURIComponent(id);
  const header = document.querySelector('.app-header');
  const title = header.querySelector('.header-text');
  title.href = '/trial/' + id;
  title.title = 'Back to the trial';
  title.textContent = '‹ ' + trial;
  const sweep = document.createElement('a');
  sweep.href = '/sweep';
  sweep.textContent = 'Sweep';
  const others = document.createElement('nav');
  others.setAttribute('aria-label', 'NormSweep');
  others.append(sweep);
  title.after(others);
  const heading = document.createElement('h1');
  title.replaceWith(heading);
  heading.append(title);
  const content = document.getElementById('content');
  if (content.tagName !== 'MAIN') {
    content.setAttribute('role', 'main');
  }

  // The sidebar folds: at first where it would take much of the width.
  const fold = document.createElement('button');
  fold.id = 'fold';
  fold.type = 'button';
  fold.textContent = '☰ Pages';
  const showSidebar = shown => {
    document.body.classList.toggle('folded', !shown);
    fold.setAttribute('aria-expanded', String(shown));
    window.dispatchEvent(new Event('resize'));
  };
  fold.addEventListener('click', () => showSidebar(document.body.classList.contains('folded')));
  header.prepend(fold);
  document.body.classList.remove('sidebar-show', 'aside-menu-show');
  showSidebar(window.innerWidth > 1000);

  // DL4J builds its buttons again with every update: the one in focus stays in focus.
  let focused = '';
  document.addEventListener('focusin', event => (focused = event.target.id));
  document.addEventListener('pointerdown', event => (focused = event.target.id));
  new MutationObserver(() => {
    if (focused && document.activeElement === document.body) {
      document.getElementById(focused)?.focus();
    }
  }).observe(content, {childList: true, subtree: true});

  // A wide table can be scrolled by keyboard.
  for (const table of content.querySelectorAll('table')) {
    table.parentElement.tabIndex = 0;
  }

  // A histogram button acts at once, and layers can be chosen without a mouse.
  document.addEventListener('click', event => {
    if (page === 'model' && event.target.closest('input[type=button], .tab-menu a')) {
      setTimeout(() => renderModelPage(true));
    }
  });

  function offerLayers() {
    if (!window.cy?.nodes) {
      setTimeout(offerLayers, 100);
      return;
    }
    const label = document.createElement('label');
    label.id = 'layer-choice';
    label.textContent = 'Layer ';
    const select = document.createElement('select');
    select.id = 'layer-select';
    select.append(new Option('(choose one)', ''));
    cy.nodes().forEach(node => select.append(new Option(node.data('name').replace('\n', ' '), node.id())));
    select.addEventListener('change', () => {
      setSelectedVertex(Number(select.value === '' ? -1 : select.value));
      renderModelPage(true);
    });
    cy.on('click', 'node', event => (select.value = event.target.id()));
    // The graph is drawn before its place has its width, which folding the sidebar changes, too.
    const centre = () => {
      cy.resize();
      cy.center();
    };
    cy.on('layoutstop', centre);
    window.addEventListener('resize', centre);
    centre();
    label.append(select);
    document.getElementById('layers').before(label);
  }

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
