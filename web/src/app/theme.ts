import { createTheme, Drawer, Menu, Modal, Popover, Portal, Tooltip } from '@mantine/core';

// Variables and global classes are ours (tokens.css): Mantine's own would be written as inline style,
// which the server's policy forbids. lockScroll would inject a style tag too.
export const theme = createTheme({
  primaryColor: 'indigo',
  defaultRadius: 6,
  fontFamily: 'inherit',
  cursorType: 'pointer',
  respectReducedMotion: true,
  focusRing: 'auto',
  components: {
    Portal: Portal.extend({ defaultProps: { target: '#overlays', reuseTargetNode: true } }),
    Tooltip: Tooltip.extend({ defaultProps: { openDelay: 350 } }),
    Menu: Menu.extend({ defaultProps: { transitionProps: { duration: 80 } } }),
    Popover: Popover.extend({ defaultProps: { transitionProps: { duration: 80 } } }),
    Modal: Modal.extend({
      defaultProps: { lockScroll: false, overlayProps: { color: '#10141c', backgroundOpacity: 0.38 }, transitionProps: { duration: 120 } },
    }),
    Drawer: Drawer.extend({ defaultProps: { lockScroll: false, transitionProps: { duration: 140 } } }),
  },
});
