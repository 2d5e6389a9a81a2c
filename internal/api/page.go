package api

import "html/template"

// page is the documentation for people: plain HTML, no script.
var page = template.Must(template.New("documentatie").Parse(`<!DOCTYPE html>
<html lang="nl">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>API van {{.Title}} – versie {{.Version}}</title>
<link rel="stylesheet" href="{{.Style}}">
</head>
<body>
<a class="skip" href="#inhoud">Naar de inhoud</a>
<header><p><a href="/">{{.Title}}</a></p></header>
<main id="inhoud">
<h1>API van {{.Title}}</h1>
<p>Versie {{.Version}}. Voor programma's: <a href="{{.Spec}}">openapi.json</a>.</p>
{{range .Intro}}<p>{{.}}</p>
{{end}}
<nav aria-labelledby="bewerkingen">
<h2 id="bewerkingen">Bewerkingen</h2>
{{range .Chapters}}<h3>{{.Name}}</h3>
<ul>{{range .Ops}}
<li><a href="#{{.ID}}">{{.Summary}}</a> <code>{{.Method}} {{.Path}}</code></li>{{end}}
</ul>
{{end}}</nav>
<h2>Rechten van een token</h2>
<div class="wide" tabindex="0" role="region" aria-label="Rechten van een token">
<table>
<thead><tr><th scope="col">Recht</th><th scope="col">Wat het toestaat</th></tr></thead>
<tbody>{{range .Scopes}}
<tr><th scope="row"><code>{{index . 0}}</code></th><td>{{index . 1}}</td></tr>{{end}}
</tbody>
</table>
</div>
{{range .Chapters}}
<section>
<h2>{{.Name}}</h2>
<p>{{.Text}}</p>
{{range .Ops}}
<article>
<h3 id="{{.ID}}">{{.Summary}}</h3>
<p><code>{{.Method}} {{.Path}}</code></p>
{{if .Text}}<p>{{.Text}}</p>{{end}}
<p>{{if .Scope}}Recht: <code>{{.Scope}}</code>.{{else}}Openbaar.{{end}} Antwoorden: {{range $i, $c := .Codes}}{{if $i}}, {{end}}{{$c}}{{end}}.</p>
{{if .Params}}<dl>{{range .Params}}
<dt><code>{{.Name}}</code> ({{.In}})</dt><dd>{{.Text}}</dd>{{end}}
</dl>{{end}}
{{if .Example}}<pre tabindex="0" aria-label="Voorbeeld van de inhoud"><code>{{.Example}}</code></pre>{{end}}
</article>
{{end}}</section>
{{end}}
<h2>Wat er veranderde</h2>
<dl>{{range .Changes}}
<dt>{{index . 0}}</dt><dd>{{index . 1}}</dd>{{end}}
</dl>
</main>
</body>
</html>
`))

// style is the style sheet of page.
const style = `:root{color-scheme:light dark;--ink:#1b1b1b;--paper:#fff;--soft:#f2f4f7;--line:#767676;--link:#0b4a8f}
@media (prefers-color-scheme:dark){:root{--ink:#f2f2f2;--paper:#16181b;--soft:#24282d;--line:#8f959c;--link:#9cc9ff}}
*{box-sizing:border-box}
body{margin:0;font-family:"Noto Sans","Fira Sans",system-ui,sans-serif;line-height:1.5;color:var(--ink);background:var(--paper)}
header,main{max-width:60rem;margin:0 auto;padding:0 1rem}
a{color:var(--link)}
a:focus-visible,[tabindex]:focus-visible{outline:3px solid var(--link);outline-offset:2px}
.skip{position:absolute;left:-999rem}
.skip:focus{position:static}
code,pre{font-family:ui-monospace,"DejaVu Sans Mono",monospace;font-size:.9375rem;background:var(--soft)}
code{padding:.1em .25em;overflow-wrap:anywhere}
pre{padding:1rem;overflow-x:auto;border:1px solid var(--line)}
pre code{padding:0;overflow-wrap:normal}
h1,h2,h3{line-height:1.25;overflow-wrap:break-word}
article{border-top:1px solid var(--line);margin-top:1.5rem}
dt{font-weight:600}
dd{margin:0 0 .5rem 1rem}
table{border-collapse:collapse}
th,td{border:1px solid var(--line);padding:.25rem .5rem;text-align:left}
.wide{overflow-x:auto}
`
