;;; weos.el --- WeOS configuration, with weipsec as its language server -*- lexical-binding: t -*-
;; SPDX-License-Identifier: ISC

;;; Commentary:
;; For Emacs 28 and later with Eglot 1.9 and later (elpa-eglot; part of Emacs 29).  Load it, and visit a file.

;;; Code:

(require 'eglot)

(defvar weos-command '("weipsec" "lsp")
  "The language server and its options.")

(define-derived-mode weos-mode prog-mode "WeOS"
  "Major mode for WeOS configuration."
  (setq-local comment-start "# "
              comment-start-skip "#+\\s-*"
              indent-tabs-mode nil)
  (modify-syntax-entry ?# "<")
  (modify-syntax-entry ?\n ">")
  (modify-syntax-entry ?- "w"))

;; others call files .cfg, too: one is ours if it has tunnels, or says that it is a device's
(defun weos-is-ours ()
  "Tell whether the visited file is a .cfg with tunnels."
  (and buffer-file-name
       (string-suffix-p ".cfg" buffer-file-name)
       (save-excursion (re-search-forward "^[ \t]*tunnel\\>\\|^# Westermo WeOS" nil t))))

(add-to-list 'auto-mode-alist '("\\.weos\\'" . weos-mode))
(add-to-list 'magic-mode-alist '(weos-is-ours . weos-mode))
(add-to-list 'eglot-server-programs (cons 'weos-mode (lambda (&rest _) weos-command)))
(add-hook 'weos-mode-hook #'eglot-ensure)

(provide 'weos)
;;; weos.el ends here
