// The buttons above the canvas.

/**
 * Connect the buttons with what they do.
 *
 * @param {HTMLElement} bar
 * @param {Record<string, () => unknown>} actions by the name in `data-do`
 */
export function connect(bar, actions) {
  for (const button of bar.querySelectorAll('[data-do]')) {
    button.addEventListener('click', () => actions[button.dataset.do]());
  }
}

/** Let undo and redo be offered only when there is something to take back or do again. */
export function followHistory(bar, modeler) {
  const commandStack = modeler.get('commandStack', false);
  if (!commandStack) {
    return;
  }
  const show = () => {
    bar.querySelector('[data-do="undo"]').disabled = !commandStack.canUndo();
    bar.querySelector('[data-do="redo"]').disabled = !commandStack.canRedo();
  };
  modeler.get('eventBus').on('commandStack.changed', show);
  show();
}

/** Let tabs show one of several parts. */
export function connectTabs(tabs) {
  const buttons = [...tabs.querySelectorAll('[role="tab"]')];
  const choose = (chosen) => {
    for (const button of buttons) {
      const isChosen = button === chosen;
      button.setAttribute('aria-selected', String(isChosen));
      button.tabIndex = isChosen ? 0 : -1;
      document.getElementById(button.getAttribute('aria-controls')).hidden = !isChosen;
    }
  };
  buttons.forEach((button, index) => {
    button.addEventListener('click', () => choose(button));
    button.addEventListener('keydown', (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (step) {
        const next = buttons[(index + step + buttons.length) % buttons.length];
        choose(next);
        next.focus();
      }
    });
  });
}

/** Let the search hear words from an input method: it listens to keys only, and such words come without any. */
export function hearInputMethods(modeler, canvas) {
  modeler.get('eventBus').on('searchPad.opened', () => {
    const input = canvas.querySelector('.djs-search-input input');
    if (input && !input.dataset.heard) {
      input.dataset.heard = 'yes';
      input.addEventListener('input', () => input.dispatchEvent(new KeyboardEvent('keyup', { bubbles: true })));
    }
  });
}
