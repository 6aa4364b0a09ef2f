import type { ComponentChildren, JSX } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { Icon } from './icon.tsx';
import './modal.css';

export interface ModalProps {
  label: string;
  onClose: () => void;
  children: ComponentChildren;
  class?: string;
}

/** A modal dialog: the browser keeps the focus in it and gives it back; Esc and a click beside it close it. */
export function Modal({ label, onClose, children, class: className = '' }: ModalProps): JSX.Element {
  const dialog = useRef<HTMLDialogElement>(null);
  useLayoutEffect(() => {
    const element = dialog.current;
    if (element && !element.open) element.showModal();
    return () => element?.close();
  }, []);
  return (
    <dialog
      ref={dialog}
      class={`modal ${className}`}
      aria-label={label}
      onClose={onClose}
      onClick={(event) => {
        if (event.target === dialog.current) onClose();
      }}
    >
      {children}
    </dialog>
  );
}

/** A dialog's title, and the way out. */
export function ModalHead({
  onClose,
  children,
}: {
  onClose: () => void;
  children: ComponentChildren;
}): JSX.Element {
  return (
    <div class="modal-head">
      <h2>{children}</h2>
      <button type="button" class="button button-quiet button-icon" aria-label="Close" onClick={onClose}>
        <Icon name="close" />
      </button>
    </div>
  );
}
