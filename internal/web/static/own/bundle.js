// Bundling by keyboard: j and k walk over the pairs, Enter puts a pair together,
// n says that it is not the same, s opens the signals, u takes the last act back.
// Everything is also a button, so without this script nothing is lost.
const pairs = [...document.querySelectorAll('[data-pairs] > li')]
let at = -1

// One-letter keys can be switched off (WCAG 2.1.4); that is remembered here.
const choice = document.querySelector('[data-keys]')
const keys = choice?.querySelector('input')
if (choice && keys) {
  choice.hidden = false
  keys.checked = localStorage.getItem('sneltoetsen') !== 'uit'
  keys.addEventListener('change', () => localStorage.setItem('sneltoetsen', keys.checked ? 'aan' : 'uit'))
}

function go(n) {
  if (!pairs.length) return
  at = Math.max(0, Math.min(n, pairs.length - 1))
  pairs[at].focus()
  pairs[at].scrollIntoView({ block: 'nearest' })
}

function act(name) {
  const on = pairs[at]?.querySelector(`[data-act="${name}"]`)
  if (!on) return
  if (on instanceof HTMLFormElement) on.requestSubmit()
  else on.click()
}

document.addEventListener('keydown', (e) => {
  const el = e.target
  if (!keys?.checked || e.ctrlKey || e.metaKey || e.altKey || e.defaultPrevented) return
  if (el instanceof Element && el.closest('input, textarea, select')) return
  switch (e.key) {
    case 'j':
      go(at + 1)
      break
    case 'k':
      go(at - 1)
      break
    case 'Enter':
      // A button or a link that has the focus does its own work.
      if (el instanceof Element && el.closest('a, button, summary')) return
      act('samen')
      break
    case 'n':
      act('los')
      break
    case 's':
      act('splits')
      break
    case 'u':
      document.querySelector('form[data-undo]')?.requestSubmit()
      break
    default:
      return
  }
  e.preventDefault()
})

pairs.forEach((li, n) => li.addEventListener('focusin', () => (at = n)))

// After an act the list goes on where it was.
const was = Number(new URLSearchParams(location.search).get('plek'))
if (was > 0) go(was - 1)
