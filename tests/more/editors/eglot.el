;;; eglot.el --- what somebody does in Emacs, who has docs/editors/weos.el -*- lexical-binding: t -*-
;; SPDX-License-Identifier: ISC

;;; Commentary:
;; A file with a finding is visited, and the finding mended.  A line of `said' for each thing seen.

;;; Code:

(defun say (format &rest words)
  (append-to-file (concat (apply #'format format words) "\n") nil "said"))

(defun wait (what ready)
  (let ((end (+ (float-time) 60)))
    (while (not (funcall ready))
      (when (> (float-time) end)
        (error "Nothing of %s" what))
      (accept-process-output nil 0.05)
      ;; in batch nobody is idle
      (eglot--signal-textDocument/didChange))))

(defun finding (diagnostic)
  (replace-regexp-in-string "\n" " | " (flymake-diagnostic-text diagnostic)))

(load (expand-file-name "weos.el" (getenv "EDITORS")) nil t)
(setq weos-command (list (getenv "WEIPSEC") "lsp")
      eglot-sync-connect t
      make-backup-files nil)
(find-file "wrong.cfg")
(say "mode %s" major-mode)
;; it begins by itself, behind the command; in batch there is none
(run-hooks 'post-command-hook)
(say "server %s" (if (eglot-current-server) "runs" "does not run"))
(flymake-start)
(wait "findings" #'flymake-diagnostics)
(dolist (one (flymake-diagnostics))
  (say "%d: %s" (line-number-at-pos (flymake-diagnostic-beg one)) (finding one)))
(goto-char (flymake-diagnostic-beg (car (flymake-diagnostics))))
(let ((hover (jsonrpc-request (eglot--current-server-or-lose) :textDocument/hover
                              (eglot--TextDocumentPositionParams))))
  (say "hover %s" (and (string-match "WI304[^\n]*" (plist-get (plist-get hover :contents) :value))
                       (match-string 0 (plist-get (plist-get hover :contents) :value)))))
(let ((action (seq-find (lambda (one) (equal (plist-get one :kind) "quickfix"))
                        (eglot-code-actions (point-min) (point-max)))))
  (say "action %s" (plist-get action :title))
  (eglot--apply-workspace-edit (plist-get action :edit)))
(wait "a text without findings" (lambda () (not (flymake-diagnostics))))
(goto-char (point-min))
(forward-line 9)
(say "mended %s" (string-trim (thing-at-point 'line t)))
(eglot-format-buffer)
(goto-char (point-min))
(forward-line 1)
(say "formatted %s" (string-trim-right (thing-at-point 'line t)))
(save-buffer)
(eglot-shutdown (eglot--current-server-or-lose))
(kill-emacs 0)
;;; eglot.el ends here
